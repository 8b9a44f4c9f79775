{#
    One row per tool, form, landing page and day: views and submits. Where more is submitted than was viewed, views were not measured
    as submits were: `views` is NULL.
#}

select
    forms.source,
    forms.export,
    forms.viewed_on,
    forms.form,
    forms.landing_page,
    case when forms.submits <= forms.views then forms.views end as views,
    forms.submits

from {{ ref('all_form_stats') }} as forms
inner join {{ source('raw', '_run') }} as run
    on forms.viewed_on <= run.as_of
