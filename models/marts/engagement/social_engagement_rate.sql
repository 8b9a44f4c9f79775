with

posts as (

    select
        active_on as kpi_date,
        network,
        post_type,
        campaign,
        engagements as numerator,
        audience as denominator

    from {{ ref('social_posts') }}

)

{{ kpi_ratio('posts', slices=['network', 'post_type', 'campaign']) }}
