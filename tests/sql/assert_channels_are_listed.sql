{{ config(severity='warn') }}
-- A channel of touches or costs that the lookup `channels` does not list is no marketing, which may be an oversight.
with

named as (

    select channel from {{ ref('touchpoints') }}

    union

    select channel from {{ ref('spend') }}

    where channel is not null

)

select named.channel

from named
left join {{ ref('channels') }} as channels
    on named.channel = channels.channel

where channels.channel is null
