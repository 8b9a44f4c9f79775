with

emails as (

    select
        'mautic' as source,
        'mautic__emails' as export,
        email_id as campaign_id,
        name as campaign_name,
        'email' as channel,
        case email_type when 'list' then 'one_off' when 'template' then 'automated' end as campaign_type,
        {{ absent('campaigns', ['journey', 'segment']) }}

    from {{ source('mautic', 'mautic__emails') }}

    where variant_parent_id is null

)

select * from emails
