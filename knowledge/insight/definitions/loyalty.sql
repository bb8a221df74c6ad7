-- name: loyalty
-- kind: metric
-- unit: score
-- compared: yes
-- meaning: How firmly the customer is tied to the bank, from 0 to 100
-- formula: 4 per year with the bank up to 30; 6 per kind of product up to 30; 20 for a salary or pension within 45 days; 20 for a booking within 30 days, 10 within 90; minus 20 where transfers to other banks less those from them, in three full months and the running one, exceed half of the average deposits; at least 0
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  GREATEST(0,
    LEAST(30, COALESCE(y.value, 0) * 4)
    + LEAST(30, COALESCE(k.value, 0) * 6)
    + CASE WHEN b.last_salary_on >= p.days_45_ago THEN 20 ELSE 0 END
    + CASE WHEN b.last_on >= p.days_30_ago THEN 20 WHEN b.last_on >= p.days_90_ago THEN 10 ELSE 0 END
    - CASE WHEN COALESCE(b.sent_away, 0) - COALESCE(b.brought_in, 0) > COALESCE(d.value, 0) * 0.5
        AND COALESCE(b.sent_away, 0) > COALESCE(b.brought_in, 0) THEN 20 ELSE 0 END
  ) AS value
FROM customer AS c
CROSS JOIN period AS p
LEFT JOIN customer_years AS y ON y.customer_id = c.id
LEFT JOIN product_kinds AS k ON k.customer_id = c.id
LEFT JOIN last_booking AS b ON b.customer_id = c.id
LEFT JOIN average_deposits AS d ON d.customer_id = c.id
WHERE c.closed_on IS NULL
