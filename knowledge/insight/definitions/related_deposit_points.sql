-- name: related_deposit_points
-- kind: metric
-- unit: points
-- meaning: The deposit points of the customer together with their household or company group
-- formula: sum of the deposit points of the related customers; the customer's own where there are none
-- version: 1
SELECT c.id AS customer_id, COALESCE(t.value, o.value, 0) AS value
FROM customer AS c
LEFT JOIN deposit_points AS o ON o.customer_id = c.id
LEFT JOIN related_group AS g ON g.customer_id = c.id
LEFT JOIN (
  SELECT m.related, SUM(v.value) AS value
  FROM related_group AS m
  JOIN deposit_points AS v ON v.customer_id = m.customer_id
  GROUP BY m.related
) AS t ON t.related = g.related
WHERE c.closed_on IS NULL
