-- name: related_member
-- kind: step
-- meaning: The customers of each household or company group of two or more, and which of them leads it
-- formula: first is the lowest number of the group, by which it is told from others; the greatest profit contribution leads, ties by number
-- version: 1
SELECT r.customer_id, r.related, s.members, s.first_id, r.nth = 1 AS leads
FROM (
  SELECT
    g.customer_id,
    g.related,
    ROW_NUMBER() OVER (PARTITION BY g.related ORDER BY p.value DESC, g.customer_id) AS nth
  FROM related_group AS g
  JOIN profit_contribution AS p ON p.customer_id = g.customer_id
) AS r
JOIN (
  SELECT related, COUNT(*) AS members, MIN(customer_id) AS first_id
  FROM related_group
  GROUP BY related
) AS s ON s.related = r.related
WHERE s.members >= 2
