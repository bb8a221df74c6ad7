-- name: peer_group
-- kind: step
-- meaning: Whom a customer is compared with: customers like them
-- formula: persons of the same tier and age within fifteen years (to 29, to 44, to 59, older, unknown; age is this year less the year of birth); others of the same kind, tier and industry
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  c.branch_id,
  c.kind || '/' || COALESCE(c.tier, '-') || '/' || CASE
    WHEN c.kind <> 'person' THEN COALESCE(c.industry, '-')
    WHEN c.birth_date IS NULL THEN '-'
    WHEN EXTRACT(YEAR FROM p.today) - EXTRACT(YEAR FROM c.birth_date) < 30 THEN '18-29'
    WHEN EXTRACT(YEAR FROM p.today) - EXTRACT(YEAR FROM c.birth_date) < 45 THEN '30-44'
    WHEN EXTRACT(YEAR FROM p.today) - EXTRACT(YEAR FROM c.birth_date) < 60 THEN '45-59'
    ELSE '60+'
  END AS peers
FROM customer AS c
CROSS JOIN period AS p
WHERE c.closed_on IS NULL
