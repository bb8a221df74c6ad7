-- name: related_in_unit
-- kind: step
-- meaning: The units to which all customers of a household or company group belong, the whole bank among them
-- formula: units with as many of the group's customers as it has
-- version: 1
SELECT m.related, t.unit_id
FROM related_member AS m
JOIN told_of AS t ON t.customer_id = m.customer_id
GROUP BY m.related, t.unit_id
HAVING COUNT(*) = MAX(m.members)
