with

posts as (

    select
        'instagram' as source,
        'instagram__posts' as export,
        _file as file,
        _row as line,
        coalesce(figures_of, {{ local_date('published_at') }}) as active_on,
        'instagram' as network,
        post_id,
        lower(post_type) as post_type,
        impressions,
        reach,
        likes as reactions,
        comments,
        shares,
        saves,
        replies,
        {{ absent('social_posts', ['campaign', 'direct_messages', 'link_clicks', 'watch_seconds']) }}

    from {{ source('instagram', 'instagram__posts') }}

)

select * from posts
