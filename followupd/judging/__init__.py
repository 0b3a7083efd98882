"""Judging: Thread > Facts. Which facts can be shown to a person, and by which words?"""
