with

posts as (

    select
        'x' as source,
        'x__posts' as export,
        _file as file,
        _row as line,
        coalesce({{ local_date('published_at') }}, published_on) as active_on,
        'x' as network,
        post_id,
        'post' as post_type,
        impressions,
        likes as reactions,
        reposts as shares,
        replies,
        url_clicks as link_clicks,
        {{ absent('social_posts', ['campaign', 'reach', 'comments', 'saves', 'direct_messages', 'watch_seconds']) }}

    from {{ source('x', 'x__posts') }}

)

select * from posts
