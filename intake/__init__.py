"""Mail in, read: bytes -> Message -> kind -> Documents -> Submissions -> Outcome. Knows no database and sends nothing."""
