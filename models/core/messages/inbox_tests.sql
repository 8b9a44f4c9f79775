{# One row per inbox placement test and seed address: where the message arrived. #}

select
    tests.source,
    tests.test_id,
    tests.seed_address_hash,
    {{ local_date('tests.tested_at') }} as tested_on,
    coalesce(names.campaign, tests.campaign_id) as campaign,
    tests.mailbox_provider,
    tests.placement

from {{ ref('all_inbox_tests') }} as tests
inner join {{ source('raw', '_run') }} as run
    on {{ local_date('tests.tested_at') }} <= run.as_of
left join {{ ref('campaign_names') }} as names
    on
        tests.source = names.source
        and tests.campaign_id = names.alias
