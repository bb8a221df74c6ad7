-- name: golden_share
-- kind: unit
-- unit: percent
-- meaning: Which share of a unit's customers holds the gold tier or a higher one
-- formula: customers of the tiers gold, platinum and private / all customers of the unit x 100, to four places; customers without a tier hold none
-- version: 1
SELECT
  c.branch_id AS unit_id,
  CAST(FLOOR(CAST(SUM(CASE WHEN c.tier IN ('gold', 'platinum', 'private') THEN 1 ELSE 0 END) AS DOUBLE) * 1000000
    / COUNT(*) + 0.5) / 10000 AS DECIMAL(18, 4)) AS value,
  COUNT(*) AS customers
FROM customer AS c
WHERE c.branch_id IS NOT NULL AND c.closed_on IS NULL
GROUP BY c.branch_id
