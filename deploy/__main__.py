"""`python -m deploy`."""

from deploy.main import main

if __name__ == "__main__":
    main()
