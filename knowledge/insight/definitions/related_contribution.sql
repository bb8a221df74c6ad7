-- name: related_contribution
-- kind: metric
-- unit: money
-- meaning: The profit contribution of the customer together with their household or company group
-- formula: sum of the profit contributions of the related customers; the customer's own where there are none
-- version: 1
SELECT p.customer_id, COALESCE(t.value, p.value) AS value
FROM profit_contribution AS p
LEFT JOIN related_group AS g ON g.customer_id = p.customer_id
LEFT JOIN (
  SELECT m.related, SUM(v.value) AS value
  FROM related_group AS m
  JOIN profit_contribution AS v ON v.customer_id = m.customer_id
  GROUP BY m.related
) AS t ON t.related = g.related
