const int x=0;
