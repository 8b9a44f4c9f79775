with

interactions as (
    {% for interaction in ['reactions', 'comments', 'shares', 'saves', 'direct_messages', 'replies', 'link_clicks'] %}
    select
        active_on as kpi_date,
        network,
        '{{ interaction }}' as interaction,
        post_type,
        campaign,
        {{ interaction }} as numerator

    from {{ ref('social_posts') }}

    {{ 'union all' if not loop.last }}
    {% endfor %}
)

{{ kpi_total('interactions', slices=['network', 'interaction', 'post_type', 'campaign']) }}
