with

sent as (

    select
        primary_id as email_id,
        max(primary_value) as name

    from {{ source('marketo', 'marketo__activities') }}

    where activity_type in (6, 7, 8, 27) and primary_id is not null

    group by primary_id

)

select
    'marketo' as source,
    'marketo__activities' as export,
    sent.email_id as campaign_id,
    coalesce(emails.name, sent.name) as campaign_name,
    'email' as channel,
    case when lower(programs.program_type) = 'engagement' then 'automated' when programs.program_type is not null then 'one_off' end
        as campaign_type,
    case when lower(programs.program_type) = 'engagement' then programs.name end as journey,
    {{ absent('campaigns', ['segment']) }}

from sent
left join {{ source('marketo', 'marketo__emails') }} as emails
    on sent.email_id = emails.email_id
left join {{ source('marketo', 'marketo__programs') }} as programs
    on emails.program_id = programs.program_id
