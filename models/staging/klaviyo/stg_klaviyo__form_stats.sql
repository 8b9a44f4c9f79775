with

forms as (

    select
        'klaviyo' as source,
        'klaviyo__forms' as export,
        _file as file,
        _row as line,
        cast(created_at as date) as viewed_on,
        form_name as form,
        viewed_form as views,
        submits,
        {{ absent('form_stats', ['landing_page']) }}

    from {{ source('klaviyo', 'klaviyo__forms') }}

)

select * from forms
