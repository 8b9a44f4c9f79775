with

posts as (

    select
        'meta_business' as source,
        'meta_business__posts' as export,
        _file as file,
        _row as line,
        coalesce(figures_of, {{ local_date('published_at') }}) as active_on,
        'facebook' as network,
        post_id,
        lower(post_type) as post_type,
        views as impressions,
        reach,
        reactions,
        comments,
        shares,
        link_clicks,
        seconds_viewed as watch_seconds,
        {{ absent('social_posts', ['campaign', 'saves', 'direct_messages', 'replies']) }}

    from {{ source('meta_business', 'meta_business__posts') }}

)

select * from posts
