-- name: unit_above
-- kind: step
-- meaning: Which units a unit belongs to: itself and those above it, but for the whole bank
-- formula: a unit and up to three units above it, those left out that have none above them; steps counts the units between
-- version: 1
SELECT u.id AS unit_id, u.id AS above_id, 0 AS steps
FROM unit AS u
WHERE u.parent_id IS NOT NULL
UNION ALL
SELECT u.id AS unit_id, a.id AS above_id, 1 AS steps
FROM unit AS u
JOIN unit AS a ON a.id = u.parent_id
WHERE a.parent_id IS NOT NULL
UNION ALL
SELECT u.id AS unit_id, b.id AS above_id, 2 AS steps
FROM unit AS u
JOIN unit AS a ON a.id = u.parent_id
JOIN unit AS b ON b.id = a.parent_id
WHERE b.parent_id IS NOT NULL
UNION ALL
SELECT u.id AS unit_id, c.id AS above_id, 3 AS steps
FROM unit AS u
JOIN unit AS a ON a.id = u.parent_id
JOIN unit AS b ON b.id = a.parent_id
JOIN unit AS c ON c.id = b.parent_id
WHERE c.parent_id IS NOT NULL
