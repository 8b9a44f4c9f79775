{# An ad's rows for a range and for days within it would count the same cost twice. #}

select
    periods.campaign,
    periods.ad_set,
    periods.ad,
    periods.starts_on,
    periods.ends_on

from {{ source('meta_ads', 'meta_ads__ads') }} as periods
inner join {{ source('meta_ads', 'meta_ads__ads') }} as others
    on
        periods.campaign = others.campaign
        and coalesce(periods.ad_set, '') = coalesce(others.ad_set, '')
        and coalesce(periods.ad, '') = coalesce(others.ad, '')
        and periods.starts_on <= others.ends_on
        and periods.ends_on >= others.starts_on

where
    periods.starts_on <> others.starts_on
    or periods.ends_on <> others.ends_on
    or periods.starts_on > periods.ends_on
