"""Her record (我的信息): what the registry holds of a resident, seen, corrected and taken along; and the review of what
she and others would have it say."""
