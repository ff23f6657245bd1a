"""What models, files and studies take, told before and measured after."""
