-- name: last_booking
-- kind: step
-- meaning: When the customer last moved money, and how much went to and came from other banks in the last three full months and the running one
-- formula: newest booking of the last twelve full months and the running one, other than interest and fees; sums of transfers with another bank named
-- version: 1
-- per: customer
SELECT
  a.customer_id,
  MAX(CASE WHEN t.kind NOT IN ('interest', 'fee', 'penalty_interest') THEN t.booked_on END) AS last_on,
  MAX(CASE WHEN t.kind IN ('salary', 'pension') THEN t.booked_on END) AS last_salary_on,
  SUM(CASE WHEN t.kind = 'transfer_out' AND t.counterparty_bank IS NOT NULL AND t.booked_on > p.quarter_ago_month
    THEN -t.amount * e.rate ELSE 0 END) AS sent_away,
  SUM(CASE WHEN t.kind = 'transfer_in' AND t.counterparty_bank IS NOT NULL AND t.booked_on > p.quarter_ago_month
    THEN t.amount * e.rate ELSE 0 END) AS brought_in
FROM booking AS t
JOIN account AS a ON a.id = t.account_id
JOIN exchange AS e ON e.currency = t.currency
CROSS JOIN period AS p
WHERE t.booked_on > p.year_ago_month
GROUP BY a.customer_id
