{#
    CTEs after one of the name `ties` (id_node, address_node), the last of them `grouped`: a row per node with `group_name`, the smallest node
    of all that are tied to it, over however many others.

    Args:
        ties: the name of the CTE; both nodes are given, and no id is named like an address.
#}
{% macro components(ties) -%}
    {{ return(adapter.dispatch('components', 'marketing_kpis')(ties)) }}
{%- endmacro %}


{# Merges neighbours: in each round they follow the one whose hash with the round's number is least, so that names in a row do not make it slow. #}
{% macro default__components(ties) -%}
{%- set rounds = 8 -%}
edges_0 as (

    select
        id_node as node,
        address_node as neighbour

    from {{ ties }}

    union all

    select
        address_node as node,
        id_node as neighbour

    from {{ ties }}

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
{%- endmacro %}


{#
    Spark plans a CTE anew wherever another names it, so that rounds which name theirs several times never end. Here each names the one before
    once (large stars and small stars in turn, Kiveris et al., Connected Components in MapReduce and Beyond): neighbours above a node turn to
    the least below it, then all below it do, until every node is tied to the least of its group alone. A round halves a chain.
#}
{% macro spark__components(ties) -%}
{%- set rounds = 12 -%}
edges_0 as (

    select
        greatest(id_node, address_node) as node,
        least(id_node, address_node) as neighbour

    from {{ ties }}

),

{% for round in range(1, rounds + 1) -%}
both_ways_{{ round }} as (

    select
        case when sides.side = 1 then edges.node else edges.neighbour end as node,
        case when sides.side = 1 then edges.neighbour else edges.node end as neighbour

    from edges_{{ round - 1 }} as edges
    cross join (
        select 1 as side
        union all
        select 2 as side
    ) as sides

),

large_{{ round }} as (

    select
        node,
        neighbour,
        min(neighbour) over (partition by node) as least_neighbour

    from both_ways_{{ round }}

),

small_{{ round }} as (

    select
        neighbour as node,
        least(node, least_neighbour) as neighbour,
        min(least(node, least_neighbour)) over (partition by neighbour) as least_neighbour

    from large_{{ round }}

    where neighbour > node

),

edges_{{ round }} as (

    select
        case when neighbour = least_neighbour then node else neighbour end as node,
        least_neighbour as neighbour

    from small_{{ round }}

    group by case when neighbour = least_neighbour then node else neighbour end, least_neighbour

),

{% endfor -%}
grouped as (

    select distinct
        case when sides.side = 1 then edges.node else edges.neighbour end as node,
        edges.neighbour as group_name

    from edges_{{ rounds }} as edges
    cross join (
        select 1 as side
        union all
        select 2 as side
    ) as sides

)
{%- endmacro %}
