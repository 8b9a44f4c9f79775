{#
    One row per id or address that a row ties to another: the smallest name of all that are tied together, over however many rows. Found round by
    round; a test refuses what the rounds have not brought together. Ids and addresses that are tied to more
    than `most_ties` others are shared by many, tie nobody and have no row.
#}

with

ties as (

    select
        source || ':' || person_id as id_node,
        email_hash as address_node

    from {{ ref('identities') }}

    where
        person_id is not null
        and email_hash is not null
        and addresses_of_id <= {{ var('most_ties') }}
        and ids_of_address <= {{ var('most_ties') }}

),

{{ components('ties') }}

select
    node,
    group_name

from grouped
