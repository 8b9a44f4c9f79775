with

days as (

    select
        'linkedin_page' as source,
        'linkedin_page__metrics' as export,
        _file as file,
        _row as line,
        active_on,
        'linkedin' as network,
        'all posts' as post_id,
        'page' as post_type,
        impressions,
        reactions,
        comments,
        reposts as shares,
        clicks as link_clicks,
        {{ absent('social_posts', ['campaign', 'reach', 'saves', 'direct_messages', 'replies', 'watch_seconds']) }}

    from {{ source('linkedin_page', 'linkedin_page__metrics') }}

)

select * from days
