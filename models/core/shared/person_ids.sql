{#
    One row per tool, id and address under which any of its rows names a person: the person. Ids and addresses that any row ties together are
    one, named by the contact's address, else by that of most rows.
#}

with

named as (

    select
        identities.source,
        identities.person_id,
        identities.email_hash,
        identities.row_count,
        identities.contact_count,
        -- An id speaks before an address: where the address is shared by many, the id is the person.
        coalesce(by_id.group_name, by_address.group_name) as group_name,
        identities.addresses_of_id

    from {{ ref('identities') }} as identities
    left join {{ ref('person_groups') }} as by_id
        on identities.source || ':' || identities.person_id = by_id.node
    left join {{ ref('person_groups') }} as by_address
        on identities.email_hash = by_address.node

),

addresses as (

    select
        by_address.group_name,
        named.email_hash,
        row_number() over (
            partition by by_address.group_name
            order by sum(named.contact_count) desc, sum(named.row_count) desc, named.email_hash
        ) as row_rank

    from named
    inner join {{ ref('person_groups') }} as by_address
        on named.email_hash = by_address.node

    group by by_address.group_name, named.email_hash

)

select
    named.source,
    named.person_id,
    named.email_hash,
    case
        when named.group_name is not null then addresses.email_hash
        -- Neither is tied to anything: one of the two is missing, or shared by many.
        when named.person_id is null then named.email_hash
        when named.addresses_of_id > {{ var('most_ties') }} and named.email_hash is not null then named.email_hash
        else named.source || ':' || named.person_id
    end as person_key

from named
left join addresses
    on
        named.group_name = addresses.group_name
        and addresses.row_rank = 1
