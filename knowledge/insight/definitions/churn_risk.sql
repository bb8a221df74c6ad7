-- name: churn_risk
-- kind: metric
-- unit: score
-- compared: yes
-- meaning: How likely the customer is to leave, by rule, from 0 to 100, with the reasons
-- formula: 25 salary stopped; 25 deposits fell by 30 % or more against the average; 20 money to other banks; 15 complaint not resolved or of the last 90 days; 10 contact overdue; 5 loyalty below 30
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  CASE WHEN s.customer_id IS NOT NULL THEN 25 ELSE 0 END
  + CASE WHEN a.value > 0 AND COALESCE(d.value, 0) <= a.value * 0.7 THEN 25 ELSE 0 END
  + CASE WHEN m.customer_id IS NOT NULL THEN 20 ELSE 0 END
  + CASE WHEN f.customer_id IS NOT NULL THEN 15 ELSE 0 END
  + CASE WHEN o.customer_id IS NOT NULL THEN 10 ELSE 0 END
  + CASE WHEN COALESCE(l.value, 0) < 30 THEN 5 ELSE 0 END AS value,
  CASE WHEN s.customer_id IS NOT NULL THEN 'salary_stopped ' ELSE '' END
  || CASE WHEN a.value > 0 AND COALESCE(d.value, 0) <= a.value * 0.7 THEN 'deposits_fell ' ELSE '' END
  || CASE WHEN m.customer_id IS NOT NULL THEN 'money_to_other_bank ' ELSE '' END
  || CASE WHEN f.customer_id IS NOT NULL THEN 'complaint ' ELSE '' END
  || CASE WHEN o.customer_id IS NOT NULL THEN 'contact_overdue ' ELSE '' END
  || CASE WHEN COALESCE(l.value, 0) < 30 THEN 'low_loyalty ' ELSE '' END AS reasons
FROM customer AS c
LEFT JOIN (SELECT DISTINCT customer_id FROM salary_stopped) AS s ON s.customer_id = c.id
LEFT JOIN (SELECT DISTINCT customer_id FROM money_to_other_bank) AS m ON m.customer_id = c.id
LEFT JOIN deposits AS d ON d.customer_id = c.id
LEFT JOIN average_deposits AS a ON a.customer_id = c.id
LEFT JOIN loyalty AS l ON l.customer_id = c.id
LEFT JOIN contact_overdue AS o ON o.customer_id = c.id
LEFT JOIN (
  SELECT DISTINCT b.customer_id
  FROM feedback AS b
  CROSS JOIN period AS p
  WHERE b.kind = 'complaint'
    AND (b.state NOT IN ('resolved', 'closed') OR CAST(b.received_at AS DATE) > p.days_90_ago)
) AS f ON f.customer_id = c.id
WHERE c.closed_on IS NULL
