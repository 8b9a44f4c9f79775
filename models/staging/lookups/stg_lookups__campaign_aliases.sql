with

campaign_aliases as (

    select
        'lookups' as source,
        'lookups__campaign_aliases' as export,
        tool,
        alias,
        campaign

    from {{ source('lookups', 'lookups__campaign_aliases') }}

)

select * from campaign_aliases
