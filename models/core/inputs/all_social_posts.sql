{{ union_of_staging('social_posts') }}
