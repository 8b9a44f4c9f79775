{#
    One row per id or address that a row ties to another: the smallest name of all that are tied together, over however many rows. Found by
    merging neighbours, round by round; a test refuses what the rounds have not brought together. Ids and addresses that are tied to more
    than `most_ties` others are shared by many, tie nobody and have no row.
#}

{# In each round neighbours follow the one whose hash with the round's number is least, so that names in a row do not make it slow. #}
{%- set rounds = 8 -%}

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

edges_0 as (

    select
        id_node as node,
        address_node as neighbour

    from ties

    union all

    select
        address_node as node,
        id_node as neighbour

    from ties

),

labels_0 as (

    select
        node,
        node as label

    from edges_0

    group by node

),

{% for round in range(1, rounds + 1) -%}
leaders_{{ round }} as (

    select
        node,
        substr(least(min(md5('{{ round }}' || neighbour) || neighbour), md5('{{ round }}' || node) || node), 33) as leader

    from edges_{{ round - 1 }}

    group by node

),

leaders_of_leaders_{{ round }} as (

    select
        leaders.node,
        beyond.leader

    from leaders_{{ round }} as leaders
    inner join leaders_{{ round }} as beyond
        on leaders.leader = beyond.node

),

heads_{{ round }} as (

    select
        leaders.node,
        beyond.leader as head

    from leaders_of_leaders_{{ round }} as leaders
    inner join leaders_of_leaders_{{ round }} as beyond
        on leaders.leader = beyond.node

),

edges_{{ round }} as (

    select
        nodes.head as node,
        neighbours.head as neighbour

    from edges_{{ round - 1 }} as edges
    inner join heads_{{ round }} as nodes
        on edges.node = nodes.node
    inner join heads_{{ round }} as neighbours
        on edges.neighbour = neighbours.node

    group by nodes.head, neighbours.head

    -- Not as a condition of the join: all heads would be held against all.
    having max(case when nodes.head = neighbours.head then 1 else 0 end) = 0

),

labels_{{ round }} as (

    select
        labels.node,
        coalesce(heads.head, labels.label) as label

    from labels_{{ round - 1 }} as labels
    left join heads_{{ round }} as heads
        on labels.label = heads.node

),

{% endfor -%}
grouped as (

    select
        node,
        min(node) over (partition by label) as group_name

    from labels_{{ rounds }}

)

select
    node,
    group_name

from grouped
