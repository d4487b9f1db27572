"""Long work (后台任务): done in steps beside requests, outliving the process that began it."""
