-- name: risk_cost
-- kind: metric
-- unit: money
-- meaning: What the bank must expect to lose on the customer's loans and cards within a year
-- formula: sum of balance x chance of default (of the loan's state, else of the customer's rating) x share lost then, to the cent
-- version: 1
-- per: customer
SELECT
  n.customer_id,
  CAST(ROUND(SUM(n.amount * COALESCE(s.chance, g.chance, u.chance) * l.share), 2) AS DECIMAL(18, 2)) AS value
FROM newest_balance AS n
JOIN account AS a ON a.id = n.account_id
JOIN customer AS c ON c.id = n.customer_id
LEFT JOIN default_chance AS s ON s.of = a.state
LEFT JOIN default_chance AS g ON g.of = c.credit_rating
JOIN default_chance AS u ON u.of = 'unrated'
CROSS JOIN lost_given_default AS l
WHERE n.side = 'loan'
GROUP BY n.customer_id
