-- name: days_since_month_end
-- kind: unit
-- unit: days
-- meaning: How many days before the day the last full month ended that balances are known for, told to every unit
-- formula: days from the end of that month to the day
-- version: 1
SELECT u.unit_id, DATEDIFF('day', p.month_end, p.today) AS value
FROM (SELECT DISTINCT above_id AS unit_id FROM unit_above UNION ALL SELECT '' AS unit_id) AS u
CROSS JOIN period AS p
