{#
    One row per membership of a list as a tool reports it. `fault` says why it cannot count. What happens after as_of is unknown:
    a later subscription has no row, a later end has not come.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

ends_told as (

    {{ columns_told(['unsubscribed_at']) }}

)

select
    subscribers.source,
    subscribers.export,
    coalesce(subscribers.list, '(none)') as list,
    {{ person_key('subscribers') }} as person_key,
    subscribers.subscribed_at,
    case
        when {{ local_date('subscribers.unsubscribed_at') }} <= run.as_of then subscribers.unsubscribed_at
    end as unsubscribed_at,
    case
        when subscribers.email_hash is null and subscribers.person_id is null then 'nobody is named'
        when subscribers.subscribed_at is null then 'it is not said since when'
        when subscribers.unsubscribed_at < subscribers.subscribed_at then 'it ends before it begins'
        -- Who is still a member is then not known of anybody.
        when ends_told.tells_unsubscribed_at = 0 then 'no file of the export tells who left'
    end as fault

from {{ ref('all_subscribers') }} as subscribers
cross join run
left join ends_told
    on subscribers.export = ends_told.export
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('subscribers') }}

where
    subscribers.subscribed_at is null
    or {{ local_date('subscribers.subscribed_at') }} <= run.as_of
