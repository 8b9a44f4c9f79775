{{ union_of_staging('survey_responses') }}
