-- name: risk
-- kind: metric
-- unit: score
-- compared: yes
-- meaning: How risky lending to the customer is, from 0 (no risk seen) to 100
-- formula: 60 if a loan is overdue; 20 if over 80 % of the card limits are used, 10 if over 50 %; by rating 0 (AAA, AA, A) to 20 (B, CCC)
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  CASE WHEN COALESCE(o.value, 0) > 0 THEN 60 ELSE 0 END
  + CASE WHEN u.value > 80 THEN 20 WHEN u.value > 50 THEN 10 ELSE 0 END
  + CASE WHEN c.credit_rating IN ('B', 'CCC') THEN 20 WHEN c.credit_rating = 'BB' THEN 10 WHEN c.credit_rating = 'BBB' THEN 5 ELSE 0 END
    AS value,
  CASE WHEN COALESCE(o.value, 0) > 0 THEN 'overdue ' ELSE '' END
  || CASE WHEN u.value > 50 THEN 'utilisation ' ELSE '' END
  || CASE WHEN c.credit_rating IN ('B', 'CCC', 'BB', 'BBB') THEN 'rating ' ELSE '' END AS reasons
FROM customer AS c
LEFT JOIN overdue AS o ON o.customer_id = c.id
LEFT JOIN credit_utilisation AS u ON u.customer_id = c.id
WHERE c.closed_on IS NULL
