with

content_stats as (

    select
        'generic' as source,
        'generic__content_stats' as export,
        _file as file,
        _row as line,
        viewed_on,
        content,
        network,
        views,
        engaged_seconds,
        comments

    from {{ source('generic', 'generic__content_stats') }}

)

select * from content_stats
