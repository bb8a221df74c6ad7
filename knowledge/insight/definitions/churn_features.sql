-- name: churn_features
-- kind: step
-- meaning: What is known of a customer on a day, for the model of who leaves
-- formula: one column per input; amounts in the bank's own currency, unknown ones empty
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  y.value AS customer_years,
  EXTRACT(YEAR FROM p.today) - EXTRACT(YEAR FROM c.birth_date) AS age,
  CASE WHEN c.kind = 'person' THEN 1 ELSE 0 END AS is_person,
  c.income * e.rate AS income,
  k.value AS product_kinds,
  d.value AS deposits,
  a.value AS average_deposits,
  CASE WHEN a.value > 0 THEN CAST(COALESCE(d.value, 0) AS DOUBLE) / CAST(a.value AS DOUBLE) END AS deposits_of_average,
  t.value AS deposit_trend,
  g.value AS deposit_change,
  l.value AS loans,
  o.value AS loyalty,
  DATEDIFF('day', b.last_on, p.today) AS days_since_booking,
  DATEDIFF('day', b.last_salary_on, p.today) AS days_since_salary,
  b.sent_away,
  b.brought_in,
  DATEDIFF('day', n.last_on, p.today) AS days_since_contact,
  f.complaints
FROM customer AS c
CROSS JOIN period AS p
LEFT JOIN exchange AS e ON e.currency = c.currency
LEFT JOIN customer_years AS y ON y.customer_id = c.id
LEFT JOIN product_kinds AS k ON k.customer_id = c.id
LEFT JOIN deposits AS d ON d.customer_id = c.id
LEFT JOIN average_deposits AS a ON a.customer_id = c.id
LEFT JOIN deposit_trend AS t ON t.customer_id = c.id
LEFT JOIN deposit_change AS g ON g.customer_id = c.id
LEFT JOIN loans AS l ON l.customer_id = c.id
LEFT JOIN loyalty AS o ON o.customer_id = c.id
LEFT JOIN last_booking AS b ON b.customer_id = c.id
LEFT JOIN last_contact AS n ON n.customer_id = c.id
LEFT JOIN (
  SELECT m.customer_id, COUNT(*) AS complaints
  FROM feedback AS m
  CROSS JOIN period AS q
  WHERE m.kind = 'complaint' AND CAST(m.received_at AS DATE) > q.year_ago
  GROUP BY m.customer_id
) AS f ON f.customer_id = c.id
WHERE c.closed_on IS NULL
