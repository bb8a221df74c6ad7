-- name: industry_risk
-- kind: group
-- unit: score
-- meaning: How risky lending to the customers of each industry is in each unit and in the bank, from 0 to 100
-- formula: mean risk of all customers of the industry, to four places
-- version: 1
SELECT
  c.industry AS group_id,
  t.unit_id,
  CAST(FLOOR(CAST(SUM(r.value) AS DOUBLE) * 10000 / COUNT(*) + 0.5) / 10000 AS DECIMAL(18, 4)) AS value,
  COUNT(*) AS customers
FROM told_of AS t
JOIN customer AS c ON c.id = t.customer_id
JOIN risk AS r ON r.customer_id = t.customer_id
WHERE t.present AND c.industry IS NOT NULL
GROUP BY c.industry, t.unit_id
