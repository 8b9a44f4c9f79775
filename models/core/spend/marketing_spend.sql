{#
    One row per cost that marketing answers for, as `spend` has them: in a marketing channel or in none, but for the cost of sales.
#}

select
    spend.source,
    spend.spent_on,
    spend.channel,
    spend.campaign,
    spend.journey,
    spend.cost_type,
    spend.campaign is not null or coalesce(spend.cost_type = 'media', false) as is_campaign_spend,
    spend.amount

from {{ ref('spend') }} as spend
left join {{ ref('channels') }} as channels
    on spend.channel = channels.channel

where
    coalesce(channels.is_marketing, spend.channel is null)
    and coalesce(spend.cost_type, '') <> 'sales'
