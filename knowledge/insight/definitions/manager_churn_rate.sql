-- name: manager_churn_rate
-- kind: employee
-- unit: percent
-- meaning: Which share of a manager's customers the bank lost in the last twelve months
-- formula: customers lost in that time / customers the manager had at its beginning x 100, to four places; who looks after a customer is known as of today
-- version: 1
SELECT
  c.manager_id AS employee_id,
  CAST(FLOOR(CAST(COUNT(l.customer_id) AS DOUBLE) * 1000000 / COUNT(*) + 0.5) / 10000 AS DECIMAL(18, 4)) AS value,
  COUNT(*) AS customers
FROM customer AS c
CROSS JOIN period AS p
LEFT JOIN lost AS l ON l.customer_id = c.id AND l.lost_on > p.year_ago
WHERE c.manager_id IS NOT NULL AND (c.customer_since IS NULL OR c.customer_since <= p.year_ago)
  AND (c.closed_on IS NULL OR c.closed_on > p.year_ago)
GROUP BY c.manager_id
