-- name: earned_tier
-- kind: metric
-- unit: rank
-- meaning: The tier that the customer's assets earn, and whether it lies above or below the one they have
-- formula: the highest tier whose threshold the tier assets reach, at least standard; value is its rank from 1 (standard) to 5 (private); no direction for customers without a tier
-- version: 1
-- per: customer
SELECT
  r.customer_id,
  r.rank AS value,
  e.tier AS label,
  CASE WHEN h.rank IS NULL OR r.rank = h.rank THEN '' WHEN r.rank > h.rank THEN 'upgrade' ELSE 'downgrade' END AS reasons
FROM (
  SELECT c.id AS customer_id, c.tier, MAX(t.rank) AS rank
  FROM customer AS c
  LEFT JOIN tier_assets AS a ON a.customer_id = c.id
  JOIN tier AS t ON t.rank = 1 OR t.from_assets <= a.value
  WHERE c.closed_on IS NULL
  GROUP BY c.id, c.tier
) AS r
JOIN tier AS e ON e.rank = r.rank
LEFT JOIN tier AS h ON h.tier = r.tier
