with

form_stats as (

    select
        'generic' as source,
        'generic__form_stats' as export,
        _file as file,
        _row as line,
        viewed_on,
        form,
        landing_page,
        views,
        submits

    from {{ source('generic', 'generic__form_stats') }}

)

select * from form_stats
