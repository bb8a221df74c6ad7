-- name: earned_tier
-- kind: metric
-- unit: rank
-- meaning: The tier that the customer's assets earn, and whether it lies above or below the one they have
-- formula: the highest tier whose threshold the tier assets reach; value is its rank from 1 (standard) to 5 (private)
-- version: 1
SELECT
  c.id AS customer_id,
  MAX(t.rank) AS value,
  CASE MAX(t.rank) WHEN 1 THEN 'standard' WHEN 2 THEN 'silver' WHEN 3 THEN 'gold' WHEN 4 THEN 'platinum' ELSE 'private' END
    AS label,
  CASE
    WHEN MAX(h.rank) IS NULL OR MAX(t.rank) = MAX(h.rank) THEN ''
    WHEN MAX(t.rank) > MAX(h.rank) THEN 'upgrade'
    ELSE 'downgrade'
  END AS reasons
FROM customer AS c
LEFT JOIN tier_assets AS a ON a.customer_id = c.id
JOIN tier AS t ON t.from_assets <= COALESCE(a.value, 0)
LEFT JOIN tier AS h ON h.tier = c.tier
WHERE c.closed_on IS NULL
GROUP BY c.id
