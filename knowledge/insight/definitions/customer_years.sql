-- name: customer_years
-- kind: metric
-- unit: years
-- meaning: For how many full years the customer has been with the bank
-- formula: full years from the first day as a customer to the day; who came on 29 February completes a year on 1 March of a common year
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  EXTRACT(YEAR FROM p.today) - EXTRACT(YEAR FROM c.customer_since)
  - CASE
      WHEN EXTRACT(MONTH FROM p.today) * 100 + EXTRACT(DAY FROM p.today)
        < EXTRACT(MONTH FROM c.customer_since) * 100 + EXTRACT(DAY FROM c.customer_since) THEN 1
      ELSE 0
    END AS value
FROM customer AS c
CROSS JOIN period AS p
WHERE c.closed_on IS NULL AND c.customer_since <= p.today
