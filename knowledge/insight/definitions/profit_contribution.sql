-- name: profit_contribution
-- kind: metric
-- unit: money
-- compared: yes
-- meaning: What the customer contributed to the bank's profit in the last twelve full months
-- formula: deposit margin + loan margin + fee income - cost to serve - risk cost
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  COALESCE(d.value, 0) + COALESCE(l.value, 0) + COALESCE(f.value, 0) - COALESCE(s.value, 0) - COALESCE(r.value, 0) AS value
FROM customer AS c
LEFT JOIN deposit_margin AS d ON d.customer_id = c.id
LEFT JOIN loan_margin AS l ON l.customer_id = c.id
LEFT JOIN fee_income AS f ON f.customer_id = c.id
LEFT JOIN cost_to_serve AS s ON s.customer_id = c.id
LEFT JOIN risk_cost AS r ON r.customer_id = c.id
WHERE c.closed_on IS NULL
