with

inbox_tests as (

    select
        'generic' as source,
        'generic__inbox_tests' as export,
        test_id,
        seed_address_hash,
        tested_at,
        campaign_id,
        mailbox_provider,
        placement

    from {{ source('generic', 'generic__inbox_tests') }}

)

select * from inbox_tests
