-- name: longest_neglected
-- kind: ranking
-- unit: rank
-- meaning: The customers in each unit and in the bank who wait for a contact, the first of every tier
-- formula: the best tiers first, then by the days beyond what the tier allows; the first fifty of each tier, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    t.customer_id,
    t.unit_id,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id ORDER BY h.rank DESC, o.value DESC, t.customer_id) AS place,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id, h.rank ORDER BY o.value DESC, t.customer_id) AS place_in_tier
  FROM told_of AS t
  JOIN contact_overdue AS o ON o.customer_id = t.customer_id
  JOIN customer AS c ON c.id = t.customer_id
  JOIN tier AS h ON h.tier = c.tier
  WHERE t.present
) AS r
WHERE r.place_in_tier <= 50
