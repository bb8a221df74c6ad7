-- name: due_upgrades
-- kind: ranking
-- unit: rank
-- meaning: The customers in each unit and in the bank whose assets earn a higher tier than the one they have
-- formula: by the earned tier, then by the tier assets; the first fifty, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    t.customer_id,
    t.unit_id,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id ORDER BY e.value DESC, COALESCE(a.value, 0) DESC, t.customer_id) AS place
  FROM told_of AS t
  JOIN earned_tier AS e ON e.customer_id = t.customer_id
  LEFT JOIN tier_assets AS a ON a.customer_id = t.customer_id
  WHERE t.present AND e.reasons = 'upgrade'
) AS r
WHERE r.place <= 50
