with

social_posts as (

    select
        'generic' as source,
        'generic__social_posts' as export,
        _file as file,
        _row as line,
        active_on,
        network,
        post_id,
        post_type,
        campaign,
        impressions,
        reach,
        reactions,
        comments,
        shares,
        saves,
        direct_messages,
        replies,
        link_clicks,
        watch_seconds

    from {{ source('generic', 'generic__social_posts') }}

)

select * from social_posts
