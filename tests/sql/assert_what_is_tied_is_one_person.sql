{# An id and an address that a row ties together are of one group, however long the chain: the rounds of `person_groups` were enough. #}
select
    identities.source,
    identities.person_id,
    ids.group_name,
    addresses.group_name as address_group_name

from {{ ref('identities') }} as identities
inner join {{ ref('person_groups') }} as ids
    on identities.source || ':' || identities.person_id = ids.node
inner join {{ ref('person_groups') }} as addresses
    on identities.email_hash = addresses.node

where ids.group_name <> addresses.group_name
